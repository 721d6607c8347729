# Secrets that nothing in the kit sets, beside those that need no source.
system "shop" {}

image "app" {
  pull = "example/app:1"
}
image "postgres" {
  pull = "postgres:17.2"
}
image "tunnel" {
  pull = "cloudflare/cloudflared:2025.2.0"
}
image "built" {
  tag     = "example/built:1"
  secrets = [secret.npmrc]
  stage "only" {
    from = "alpine:3.21"
  }
}
image "mirror" {
  pull = "registry.example/postgres:17.2"
  runtime {
    like = "postgres:17"
  }
}

volume "data" {}
volume "other" {}

service "db" {
  image      = image.postgres
  secret_env = { POSTGRES_PASSWORD_FILE = secret.server }
  mount "/var/lib/postgresql/data" {
    volume = volume.data
  }
}
service "mirrored" {
  image      = image.mirror
  secret_env = { POSTGRES_PASSWORD_FILE = secret.mirrored }
  mount "/var/lib/postgresql/data" {
    volume = volume.other
  }
}
service "tunnel" {
  image   = image.tunnel
  command = ["tunnel", "run"]
  env     = { TUNNEL_TOKEN = secret.tunnel_token }
  exposed = true
  reason  = "it reads no file"
}
service "web" {
  image      = image.app
  replicas   = 2
  secret_env = { KEY_FILE = secret.key, SHARED_FILE = secret.shared, ROLE_FILE = secret.role, SAID_FILE = secret.said, MADE_FILE = secret.made, A_FILE = secret.each["a"] }
}
service "worker" {
  image      = image.app
  secret_env = { SHARED_FILE = secret.shared, B_FILE = secret.each["b"] }
}

database "shop" {
  service = service.db
  role "app" {
    password = secret.role
  }
}

action "mint" {
  run      = "mkdir -p .omegagen/secrets && head -c 18 /dev/urandom | base64 >.omegagen/secrets/made"
  achieves = [secret.made.set]
}
action "call" {
  run = "curl -K - <<EOF\nheader = ${secret.token}\nEOF"
}

secret "server" {}
secret "mirrored" {}
secret "shared" {}
secret "role" {}
secret "made" {}
secret "unused" {}

secret "key" {} # ERROR OG108: Only service.web gets secret.key, and nothing in the kit sets it

secret "tunnel_token" { # ERROR OG108: Only service.tunnel gets secret.tunnel_token
  length = 32
}

secret "each" { # ERROR OG108: Only service.web gets secret.each["a"]
  for_each = toset(["a", "b"])
}

secret "npmrc" {} # ERROR OG108: Only the build of image.built gets secret.npmrc

secret "token" {} # ERROR OG108: Only a script gets secret.token

secret "said" {
  from = "generated"
}
