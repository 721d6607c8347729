system "shop" {}

image "a" {
  stage "run" {
    from = image.b
    user {
      name = "10001"
    }
  }
}

image "b" {
  stage "run" {
    from = image.a
    user {
      name = "10001"
    }
  }
}
