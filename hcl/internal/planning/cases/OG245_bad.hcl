system "shop" {}

state "latency" {
  type = number
}

action "bench" {
  run     = "sh bench.sh"
  effects = {}
  measure "latency" {}
}

goal "g" {
  include = [action.bench]
}
