system "shop" {}

criterion "installed" {
  command {
    run = <<-EOT
      for name in bin lib; do
        test -d "/usr/$nmae"
      done
    EOT
  }
}
