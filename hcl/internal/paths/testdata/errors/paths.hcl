system "s" {}

image "a" {
  context             = "missing/folder"                # ERROR OG170: There is no "missing/folder". Paths are relative to the manifest's folder, dir.
  dockerfile          = "missing/Dockerfile"            # ERROR OG170: There is no "missing/Dockerfile"
  additional_contexts = { x = "missing", y = "a.file" } # ERROR OG170: There is no "missing" # ERROR OG171: "a.file" is a file, but a build context is a folder
}

image "b" {
  context    = "a.file" # ERROR OG171: "a.file" is a file, but a build context is a folder
  dockerfile = "some.d" # ERROR OG171: "some.d" is a folder, but dockerfile is a file
}

image "made" {
  context    = "missing"
  dockerfile = "missing/Dockerfile"
  made_by    = action.make
}

service "a" {
  image    = image.a
  replicas = 2
  env_file = [
    "a.env",
    "missing.env",                                # ERROR OG170: There is no "missing.env"
    { path = "missing2.env" },                    # ERROR OG170: There is no "missing2.env"
    { path = "missing3.env", required = false },
  ]
  extends    = { file = "missing.yml", service = "b" } # ERROR OG170: There is no "missing.yml"
  label_file = "missing.labels"                        # ERROR OG170: There is no "missing.labels"
  compose = {
    volumes = ["./missing:/x", { type = "bind", source = "./missing4", target = "/y" }] # ERROR OG170: There is no "./missing4"
  }
  mount "/a" {
    bind      = "./missing/nginx.conf" # ERROR OG170: Correct the path; or add create = true if Docker is to create a folder there
    read_only = true
  }
  mount "/copy" {
    bind = "a.file"
    copy = true # ERROR OG172: The kit can't have a copy of "a.file": the mount isn't read-only.
  }
  mount "/up" {
    bind      = "../a.file"
    read_only = true
    copy      = true # ERROR OG172: it isn't in the manifest's folder
  }
  mount "/b" {
    bind   = "missing/data"
    create = true
  }
  mount "/c" {
    bind    = "missing/made"
    made_by = action.make
  }
  mount "/d" {
    tmpfs  = true
    create = true # ERROR OG120: Only a bind supports create
  }
}

action "make" {
  inputs = ["missing/src", "src"] # ERROR OG170: There is no "missing/src"
  run    = "true"
}

action "after" {
  inputs  = ["missing/out"]
  made_by = action.make
  run     = "true"
}

image "slip" {
  context = "app.d"
  stage "only" {
    from = "debian:13.1-slim"
    copy {
      src  = ["missing.file", "missing/other"] # WARNING OG174: the context "app.d" has no such file
      dest = "/etc/web/"
    }
  }
}

image "untracked" {
  context = "app.d"
  stage "only" {
    from = "debian:13.1-slim"
    copy {
      src  = ["ignored.lock", "ignored/*"] # ADVICE OG175: "ignored.lock", but git ignores it in the context "app.d"
      dest = "/etc/web/"
    }
  }
}

image "remade" {
  context = "app.d"
  made_by = action.make
  stage "only" {
    from = "debian:13.1-slim"
    copy {
      src  = ["ignored.lock"]
      dest = "/etc/web/"
    }
  }
}
