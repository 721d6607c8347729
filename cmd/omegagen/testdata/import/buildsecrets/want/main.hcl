system "buildsecrets" {}

secret "npmrc" {
  from = "file"
  file = "../npmrc"
}

secret "token" {
  from = "env"
  env  = "GH_TOKEN"
}

image "api" {
  tag                 = "buildsecrets-api"
  context             = "./api"
  dockerfile          = "./api/Dockerfile"
  cache_from          = ["type=registry,ref=example.org/api:cache"]
  additional_contexts = { shared = "./shared" }
  secrets             = [secret.npmrc, secret.token]
  ssh                 = ["default"]
}

service "api" {
  image = image.api
}
