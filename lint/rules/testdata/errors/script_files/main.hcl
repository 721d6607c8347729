# Files of the kit, and variables.
system "s" {}

artifact "tests/smoke.sh" {
  template = "smoke.sh.tmpl"
}
artifact "tests/all.sh" {
  template   = "smoke.sh.tmpl"
  executable = true
}
artifact "data/orders.csv" {
  template = "smoke.sh.tmpl"
}

criterion "files" {
  command {
    run = <<-EOT
      ./tests/smoke.sh # ERROR OG876: executable = true
      ./tests/somke.sh # WARNING OG877: Did you mean "tests/smoke.sh"?
      tests/nothing.sh | grep -q x
      sh ./tests/al.sh # WARNING OG877: Did you mean "tests/all.sh"?
      grep -q x data/oders.csv # WARNING OG877: Did you mean "data/orders.csv"?
      sh tests/smoke.sh
      ./tests/all.sh
      grep -q x ./data/orders.csv data/other.csv /etc/data/order.csv ../tests/smoky.sh
    EOT
  }
}

criterion "elsewhere" {
  command {
    workdir = "tests"
    run     = "./smok.sh && ../data/orders.csv" # WARNING OG877: Did you mean "tests/smoke.sh"? # ERROR OG876: data/orders.csv
  }
}

criterion "variables" {
  command {
    env = { GREETING = "x", target = "y" }
    run = <<-EOT
      for name in bin lib; do
        test -x "/usr/$nmae" # WARNING OG878: Did you mean "name"?
      done
      test -n "$count" # WARNING OG878: nothing sets $count
      test "$${GREETNG}" = x # WARNING OG878: Did you mean "GREETING"?
      test "$${traget%/}" = y # WARNING OG878: Did you mean "target"?
      test "$(($RANDOM % 3))" -ge 0 # WARNING OG878: bash sets $RANDOM
    EOT
  }
}
