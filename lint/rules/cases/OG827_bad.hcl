system "shop" {}

action "do" {
  run = <<-EOT
    until docker compose ps --quiet | grep -q .; do
      sleep 1
    done
  EOT
}

goal "done" {
  include = [action.do]
}
