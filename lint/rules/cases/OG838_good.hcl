system "shop" {}

action "do" {
  run = <<-EOT
    cd /tmp
    touch x
  EOT
}

goal "done" {
  include = [action.do]
}
