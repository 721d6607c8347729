system "shop" {}

benchmark "speed" {
  target = "fast"
  run    = "sh bench.sh"
}
