system "shop" {}

parameter "region" {}

action "a" {
  run = <<-SH
    cat <<END
    ${parameter.region}
    END
  SH
}

goal "g" {
  include = [action.a]
}
