system "s" {
  description = "for ${target.kind}" # ERROR OG023: write target.name
}
volume "data" {}
volume "outside" {
  external = true
}
target "nomad" {} # ERROR OG430: There is no target "nomad" with settings.
target "kubernetes" {
  namespace    = "A" # ERROR OG431: "A" is not a valid name of a namespace.
  pod_security = "privileged" # ERROR OG432: pod_security_reason
  claim "a" {
    volume = volume.data
  }
  claim "b" {
    volume = volume.data # ERROR OG433: volume.data has two claims.
  }
  claim "c" { # ERROR OG433: volume.outside is external
    volume = volume.outside
  }
}
