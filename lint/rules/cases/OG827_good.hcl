system "shop" {}

action "do" {
  run = <<-EOT
    tries=0
    until docker compose ps --quiet | grep -q .; do
      tries=$((tries + 1))
      test "$tries" -lt 30
      sleep 1
    done
  EOT
}

goal "done" {
  include = [action.do]
}
