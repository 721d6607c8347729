system "programs" {}

image "prometheus" {
  pull = "prom/prometheus:v3.5.0"
}

image "own" {
  context = "src"
  stage "only" {
    from = "rust:1.75-slim-bookworm"
    run {
      command = "cargo build --rlease --bin web" # ERROR OG884: `cargo build` has no option `--rlease`
    }
  }
}

service "prometheus" {
  image = image.prometheus
  port "http" {
    container = 9090
    host      = 9090
  }
}

service "web" {
  image = image.own
}

action "options" {
  tools = ["cargo", "jq", "psql"]
  run   = <<-EOT
    cargo test --wrkspace # ERROR OG884: `cargo test` has no option `--wrkspace`
    cargo llvm-cov --wrkspace
    cargo test --workspace -- --nocaptrue
    docker compose exec -T web psql --flie x # ERROR OG884: `psql` has no option `--flie`
    jq --argjsno a 1 . x.json # ERROR OG884: `jq` has no option `--argjsno`
    ls --recurs | grep -q -e --coutn
    xargs touch --no-craete < list
    docker info --format '{{.ServrVersion}}' # ERROR OG875: no field `.ServrVersion`
  EOT
}

action "answers" {
  tools = ["curl", "jq"]
  run   = <<-EOT
    answer=$(curl -fsS http://127.0.0.1:9090/api/v1/rules)
    printf '%s' "$answer" | jq -e '.data.groups[].rules[] | select(.helth == "ok") | .labels.nmae' # WARNING OG886: no field `.helth`
    curl -fsS http://127.0.0.1:9090/api/v1/targets | jq -e '.data | {statuss: .status} | .statuss'
    curl -fsS https://example.com/api/v1/targets | jq -e '.dta'
  EOT
}

runbook "options_fail" {
  title      = "Options"
  diagnosis  = <<-EOT
    dokcer ps # ERROR OG885: no program `dokcer`
    docker logs --tial 50 web # ERROR OG874: --tial
    docker compose lgos # ERROR OG874: lgos
    zgrep x y
  EOT
  resolution = "Free the port, or stop dokcer."
  covers     = [action.options]
}

goal "done" {
  include = [action.options, action.answers]
}
