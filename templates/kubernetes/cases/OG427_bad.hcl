system "shop" {}

action "look" {
  run = <<-EOT
    echo look
    if ! docker ps; then exit 1; fi
  EOT
}

goal "default" {
  include = [action.look]
}
