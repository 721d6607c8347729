system "x" {}

image "i" {
  pull = "example/unknown:1"
}

volume "v" {}

service "s" {
  image = image.i
  mount "/a" {
    bind    = "./a"
    subpath = "b" # ERROR OG120: Only a volume has subpath; this is a bind.
    mode    = "1777" # ERROR OG120: Only a tmpfs has mode; this is a bind.
  }
  mount "/b" {
    volume      = volume.v
    propagation = "rslave" # ERROR OG120: Only a bind has propagation; this is a volume.
  }
  mount "/c" {
    bind        = "./c"
    propagation = "slav" # ERROR OG028: must be one of
    recursive   = "off"  # ERROR OG028: must be one of
    selinux     = "y"    # ERROR OG028: must be one of
  }
  mount "/d" {
    volume  = volume.v
    subpath = "a/../../b" # ERROR OG120: leads out of the volume
  }
  mount "/e" {
    tmpfs = true
    mode  = "1779" # ERROR OG120: is no file mode: give it in octal
  }
  mount "/f" {
    tmpfs  = true
    nocopy = true # ERROR OG120: Only a volume has nocopy; this is a tmpfs.
  }
}

service "t" {
  image = image.i
  mount "/d" {
    volume  = volume.v
    subpath = "/abs" # ERROR OG120: leads out of the volume
  }
  secrets = ["x"] # ERROR OG011: Write secret_env = { NAME_FILE = secret.x } instead.
  port "p" {
    container    = 80
    target       = 80 # ERROR OG011: Write container = … instead.
    app_protocol = "h2" # ERROR OG011: It is left out: Nothing reads it on one engine.
  }
}
