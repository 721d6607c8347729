system "shop" {}

image "parts" {
  for_each   = toset(["a", "b"])
  dockerfile = "Dockerfile.${each.key}"
}

image "app" {
  dockerfile          = "Dockerfile"
  additional_contexts = { parts = image.parts }
}
