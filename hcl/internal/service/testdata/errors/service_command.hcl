system "x" {}

image "i" {
  pull = "example/unknown:1"
}

service "cut" {
  image      = image.i
  entrypoint = "/bin/run | tee /log" # ERROR OG150: For a shell, write entrypoint = ["sh", "-c", "/bin/run | tee /log"]; without one, write the list, in which every character stands for itself: entrypoint = ["/bin/run", "|", "tee", "/log"].
  command    = "echo $(date) 'a b'"  # ERROR OG150: "$("
  post_start = [{ command = "touch /a; touch /b" }] # ERROR OG150: ";"
}

service "open" {
  image      = image.i
  entrypoint = "say 'hello"   # ERROR OG150: a quote isn't closed
  command    = "echo `date`" # ERROR OG150: "`"
}

service "more" {
  image   = image.i
  compose = {
    command  = "a < b" # ERROR OG150: "<"
    pre_stop = [{ command = "kill 1 & wait" }] # ERROR OG150: "&"
  }
}

service "fine" {
  image      = image.i
  entrypoint = "/bin/run --filter=\"a|b\" --when 'x > 1; y < 2' a\\;b"
  command    = ""
  post_start = [{ command = "touch '/a;b'" }]
}
