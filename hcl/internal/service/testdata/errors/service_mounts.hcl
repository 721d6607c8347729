system "x" {}

image "i" {
  pull = "example/unknown:1"
}

volume "v" {}

service "s" {
  image = image.i
  mount "/a" {
    bind    = "./a"
    subpath = "b" # ERROR OG120: Only a volume supports subpath; this is a bind.
    mode    = "1777" # ERROR OG120: Only a tmpfs supports mode; this is a bind.
  }
  mount "/b" {
    volume      = volume.v
    propagation = "rslave" # ERROR OG120: Only a bind supports propagation; this is a volume.
  }
  mount "/c" {
    bind        = "./c"
    propagation = "slav" # ERROR OG028: "slav" is not a valid value of "propagation"; use "private", "rprivate", "rshared", "rslave", "shared" or "slave".
    recursive   = "off"  # ERROR OG028: "off" is not a valid value of "recursive"; use "disabled", "enabled", "readonly" or "writable".
    selinux     = "y"    # ERROR OG028: "y" is not a valid value of "selinux"; use "Z" or "z".
  }
  mount "/d" {
    volume  = volume.v
    subpath = "a/../../b" # ERROR OG120: leads out of the volume
  }
  mount "/e" {
    tmpfs = true
    mode  = "1779" # ERROR OG120: "1779" is not a valid file mode. Write it in octal, such as "1777".
  }
  mount "/f" {
    tmpfs  = true
    nocopy = true # ERROR OG120: Only a volume supports nocopy; this is a tmpfs.
  }
}

service "first" {
  image = image.i
  mount "/a" {
    volume      = volume.v
    first_start = true # ERROR OG120: Only a bind or a file supports first_start
  }
  mount "/b" {
    tmpfs       = true
    first_start = true # ERROR OG120: Only a bind or a file supports first_start
  }
}

service "t" {
  image = image.i
  mount "/d" {
    volume  = volume.v
    subpath = "/abs" # ERROR OG120: leads out of the volume
  }
  secrets = ["x"] # ERROR OG025: declare it, and write secret.x, without quotes
  port "p" {
    container    = 80
    target       = 80 # ERROR OG011: Write container = … instead.
    app_protocol = "h2" # ERROR OG011: A `port` block has no argument "app_protocol". A single engine doesn't use it.
  }
}

service "capabilities" {
  image    = image.i
  cap_add  = ["NET_ADMN"]    # ERROR OG140: "NET_ADMN" is not a Linux capability. Did you mean "NET_ADMIN"?
  cap_drop = ["CHOWN", "MKDIR"] # ERROR OG140: "MKDIR" is not a Linux capability.
}
