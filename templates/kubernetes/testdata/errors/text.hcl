system "shop" {}

image "cache" {
  pull = "redis:7.4.2-bookworm"
}

service "cache" { # ERROR OG426: The Deployment of service.cache has the character U+0085 in "a\u0085b"
  image = image.cache
  env = {
    PLAIN = "tab\t, newline\n, \u0001, \u00a0, \u2028, ä, 🚀"
    NEXT  = "a\u0085b"
  }
}
