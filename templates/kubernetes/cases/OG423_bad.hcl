system "shop" {}

image "tool" {
  pull = "example.org/tool:1.0.0"
}

service "tool" {
  image = image.tool
}
