system "shop" {}

parameter "region" {
  default = "asia"
  one_of  = ["eu", "us"]
}

image "app" {
  pull = "example/app:1"
}

service "web" {
  image = image.app
  env   = { TZ = parameter.region }
}
