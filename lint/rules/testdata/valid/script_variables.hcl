# Variables that are set, may be unset, or come from elsewhere.
system "s" {}
secret "key" { from = "generated" }
parameter "zone" {
  type    = string
  default = "a"
}

criterion "variables" {
  command {
    env = { target = "y" }
    run = <<-EOT
      test "$target" = y
      test -n "$HOME$USER$CI_TOKEN$DOCKER_HOST$http_proxy"
      test -z "$${maybe:-}" && test -z "$${maybe+x}"
      : "$${limit:=5}" && test "$limit" -gt 4
      echo "a b" > pairs && read -r first second < pairs && test "$first$second" = ab
      while IFS=: read -r user rest; do test -n "$user" && test -n "$rest"; done < /etc/passwd
      f() { local inner="$1"; test -n "$inner" && test "$#" -gt 0; }
      f x
      i=0; while [ "$i" -lt 3 ]; do i=$((i + 1)); done
      : $((j = 2)) && test "$j" = 2
      export made=1; test "$made" = 1
      while getopts ab opt; do test -n "$opt"; done
      awk '{ print $total }' /etc/passwd | grep -q x
      sh -c 'test -n "$inside"'
      cat <<'E' | grep -q literal
      $literal
      E
      test "$?" = 0 && test -n "$$" && test -n "$PWD"
      test ${parameter.zone} = a
      test -n ${secret.key}
    EOT
  }
}

criterion "sourced" {
  command {
    run = <<-EOT
      . ./.env
      test -n "$anything"
    EOT
  }
}

criterion "bash" {
  command {
    shell = "bash"
    run   = <<-EOT
      test -n "$RANDOM$SECONDS$${PIPESTATUS[0]}$UID"
      mapfile -t lines < /etc/passwd
      test "$${#lines[@]}" -gt 0 && test -n "$${lines[0]}"
      [[ abc =~ b ]] && test "$${BASH_REMATCH[0]}" = b
      printf -v text %s a && test "$text" = a
      declare -i n=1; test "$n" = 1
    EOT
  }
}
