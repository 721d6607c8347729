system "shop" {}

action "parts" {
  run = <<-EOT
    for i in 1 2 3; do
      touch "part.$i"
    done
  EOT
}

goal "done" {
  include = [action.parts]
}
