system "s" {}

dashboard "times" {
  refresh = "5 s" # ERROR OG519: refresh interval "5 s"
  from    = "yesterday" # ERROR OG519: time "yesterday"
  to      = "now-1hour" # ERROR OG519: time "now-1hour"

  panel "up" {
    expr = "up"
  }
}

dashboard "good" {
  refresh = "1m"
  from    = "now-7d/d"
  to      = "now/d"

  panel "up" {
    expr = "up"
  }
}

dashboard "never" {
  refresh = ""
  from    = "2026-01-31"
  to      = "now+1h"

  panel "up" {
    expr = "up"
  }
}
