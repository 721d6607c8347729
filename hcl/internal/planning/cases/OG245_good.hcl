system "shop" {}

state "latency" {
  type = number
}

action "bench" {
  run     = "sh bench.sh"
  effects = { latency = below(50) }
  measure "latency" {}
}

goal "g" {
  include = [action.bench]
}
