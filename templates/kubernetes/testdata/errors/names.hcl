system "shop" {}

image "cache" {
  pull = "redis:7.4.2-bookworm"
}

secret "api_key" { # ERROR OG420: The Secret of secret.api_key would be named "api-key", as that of secret._api_key is.
  from = "prompt"
}
secret "_api_key" {
  from = "prompt"
}

volume "old" { # ERROR OG420: volume.old is external, and no PersistentVolumeClaim can be named "shop+old"
  external = true
  name     = "shop+old"
}
volume "a_b" {} # ERROR OG420: The volume of volume.a_b would be named "a-b", as that of volume.a-b in the same pod is.
volume "a-b" {}

service "keeps-its-data-under-a-name-of-sixty-characters-as-a-whole" { # ERROR OG420: at most 52 are possible
  image = image.cache
  mount "/data" {
    volume = volume.a-b
  }
  mount "/more" {
    volume = volume.a_b
  }
}

service "has-no-data-of-its-own-and-may-have-up-to-sixty-three-letters-x" {
  image = image.cache
  mount "/old" {
    volume = volume.old
  }
  secret_env = {
    A_FILE = secret.api_key
    B_FILE = secret._api_key
  }
}
