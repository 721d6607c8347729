system "shop" {}

benchmark "speed" {
  target = "< 500ms"
  run    = "sh bench.sh"
}
