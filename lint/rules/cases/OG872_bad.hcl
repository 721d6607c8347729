system "shop" {}

action "backup" {
  run = <<-EOT
    set -euo pipefail
    sort orders | uniq > orders.txt
  EOT
}

goal "done" {
  include = [action.backup]
}
