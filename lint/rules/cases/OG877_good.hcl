system "shop" {}

action "fetch" {
  run = "mkdir -p tests && printf 'test -e /\n' > tests/smoke.sh && chmod +x tests/smoke.sh"
}

criterion "smoke" {
  command {
    run = "./tests/smoke.sh"
  }
}

goal "done" {
  include = [action.fetch]
}
