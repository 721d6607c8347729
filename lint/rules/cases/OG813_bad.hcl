system "shop" {}

action "do" {
  run = <<-EOT
    docker compose up -d
    sleep 10
  EOT
}

goal "done" {
  include = [action.do]
}
