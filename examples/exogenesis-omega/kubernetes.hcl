# What only a cluster needs to know: `omegagen build --target kubernetes`.

target "kubernetes" {
  registry = var.registry
  runner   = image.probes

  claim "ruvector" {
    volume = volume.ruvector_data
    size   = "20GB"
  }
  claim "prometheus" {
    volume = volume.prometheus_data
    size   = "10GB"
  }
}

# The pod from which deploy.sh connects to ports, through DNS, Services and
# network policies.
image "probes" {
  pull = "curlimages/curl:8.15.0"
}
