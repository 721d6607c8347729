system "hooks" {}

volume "data" {}

image "alpine" {
  pull = "alpine:3.20"
}

service "app" {
  image   = image.alpine
  command = ["sh", "-c", "sleep infinity"]
  post_start = [{
    command = ["chown", "-R", "1000", "/data"]
    user    = "root"
  }]
  pre_stop = [{
    command = ["sync"]
  }]
  stop_grace_period = "45s"
  stop_signal       = "SIGINT"

  mount "/data" {
    volume = volume.data
  }
}
