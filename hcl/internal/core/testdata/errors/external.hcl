system "s" {
  compose = {
    secrets = {
      a = { external = true } # ERROR OG147: Compose refuses the external secret "a": only swarm mode has it.
      b = { file = "b.txt" }
    }
    configs = {
      c = { external = true, name = "x" } # ERROR OG147: Compose refuses the external config "c": only swarm mode has it.
      d = { external = false, content = "x" }
    }
  }
}
