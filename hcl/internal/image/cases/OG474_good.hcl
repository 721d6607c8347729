system "shop" {}

image "first" {
  dockerfile = "Dockerfile"
  push       = "example.org/team/app"
}

image "second" {
  dockerfile = "Dockerfile.second"
  push       = "example.org/team/second"
}
