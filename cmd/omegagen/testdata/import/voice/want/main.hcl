system "voice" {
  defaults {
    bind = "0.0.0.0"
  }
}

image "sip" {
  pull = "example.org/sip:4"
}

service "sip" {
  image               = image.sip
  cap_add             = ["SYS_NICE"]
  cpu_rt_runtime      = 400000
  device_cgroup_rules = ["c 116:* rmw"]
  devices             = ["/dev/snd"]
  sysctls             = { "net.core.somaxconn" = "4096" }
  ulimits             = { memlock = -1, rtprio = 99 }

  port "udp_5060" {
    container = 5060
    host      = 5060
    protocol  = "udp"
  }
  port "udp_10000" {
    container = "10000-10100"
    host      = "10000-10100"
    protocol  = "udp"
  }

  harden {
    reason = "so in the Compose file, which gives no reason"
  }
}
