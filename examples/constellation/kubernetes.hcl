# What only a kit for Kubernetes needs to know: omegagen build --target kubernetes.

target "kubernetes" {
  registry = "registry.example.org/constellation"

  ingress {
    domain = "constellation.example.org"
  }
  claim "database" {
    volume = volume.database
    size   = "20GB"
  }
}
