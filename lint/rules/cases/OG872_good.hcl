system "shop" {}

action "backup" {
  shell = "bash"
  run   = <<-EOT
    set -euo pipefail
    sort orders | uniq > orders.txt
  EOT
}

goal "done" {
  include = [action.backup]
}
