system "s" {
  description = "for ${target.kind}" # ERROR OG023: write target.name
}
volume "data" {}
volume "outside" {
  external = true
}
target "nomad" {} # ERROR OG430: There is no target "nomad" with settings.
target "kubernetes" {
  namespace     = "A"    # ERROR OG431: "A" is not a valid name of a namespace.
  storage_class = "Fast" # ERROR OG431: "Fast" is not a valid name of a storage class.
  node_selector = {      # ERROR OG431: The label disk of a node can't be "a b".
    disk = "a b"
  }
  ingress {
    domain     = "*.example.org" # ERROR OG431: "*.example.org" is not a valid name of a domain.
    class      = "Nginx"         # ERROR OG431: "Nginx" is not a valid name of an ingress class.
    tls_secret = "a_b"           # ERROR OG431: "a_b" is not a valid name of a Secret.
    annotations = {              # ERROR OG431: No annotation is named "a b".
      "a b"                  = "x"
      "example.org/Size-2.x" = "any text"
    }
  }
  pod_security = "privileged" # ERROR OG432: pod_security_reason
  claim "a" {
    volume        = volume.data
    storage_class = "-" # ERROR OG431: "-" is not a valid name of a storage class.
  }
  claim "b" {
    volume = volume.data # ERROR OG433: volume.data has two claims.
  }
  claim "c" { # ERROR OG433: volume.outside is external
    volume = volume.outside
  }
}
