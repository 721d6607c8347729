system "scripts" {}

secret "password" { from = "generated" }

network "inner" {}

volume "data" {}

image "web" {
  tag = "web:1.0"
  stage "runtime" {
    from = "debian:bookworm-slim"
    user {
      name = "10001"
    }
    entrypoint {
      command = ["/web"]
    }
  }
}

service "web" {
  image      = image.web
  networks   = [network.inner]
  secret_env = { PASSWORD_FILE = secret.password }
  port "http" {
    container = 8080
    host      = 8080
  }
  mount "/data" {
    volume = volume.data
  }
}

goal "all" {
  include = action.*
}

action "nothing" {
  run      = "touch x"
  validate = "# later" # ERROR OG810: has no command
}

action "prints" {
  run      = "touch x"
  validate = <<-EOT
    docker ps | grep -c web > count
    curl -s http://127.0.0.1:8080/health | jq .status # WARNING OG818: `curl` # WARNING OG818: `jq`
  EOT
}

action "lists" {
  run      = "touch x"
  validate = "docker compose ps | wc -l" # WARNING OG819: the script always succeeds
}

action "swallows" {
  run = <<-EOT
    test -d crates || echo Missing # WARNING OG811: reports a failure
    make all || true # WARNING OG811: ends in `|| true` # WARNING OG818: `make`
  EOT
  validate = "test -x web || true" # WARNING OG811: ends in `|| true` # WARNING OG819: cannot fail
}

action "waits" {
  tools = ["curl"]
  run   = <<-EOT
    docker compose up -d
    sleep 10 # WARNING OG813: `sleep 10` waits
    until docker exec scripts-webb true; do # WARNING OG827: never ends # WARNING OG814: `docker exec scripts-webb`
      sleep 1
    done
    docker ps | grep "healthy" # WARNING OG812: `grep healthy`
    docker logs ${service.web.instances[0].container_name} 2>&1 | grep -q "listening" # WARNING OG829: `grep` for
  EOT
}

action "names" {
  tools = ["curl"]
  run   = <<-EOT
    docker build -t scripts/web:latest . # WARNING OG820: `docker build -t scripts/web:latest`
    docker network inspect inner # WARNING OG821: a network
    docker volume inspect data # WARNING OG821: a volume
    docker compose logs webb # WARNING OG814: names a service
    curl -fsS http://localhost:8083/health # WARNING OG815: port 8083
    curl -fsS "http://localhost:8080/api/v1/query?query=up{job='web'}" # WARNING OG817: curl expands
  EOT
}

action "host" {
  run = <<-EOT
    lsof -ti:5432 | xargs kill -9 # WARNING OG816: `xargs kill` # WARNING OG818: `lsof`
    docker image prune -f # WARNING OG816: `docker image prune`
    rm -rf "$HOME" # WARNING OG816: `rm` removes a whole
    sudo apt-get update # WARNING OG831: `sudo`
    rustup default 1.75 # WARNING OG831: `rustup default` # WARNING OG818: `rustup`
    cat /home/ann/project/notes # WARNING OG826: `/home/ann/project/notes`
  EOT
}

action "versions" {
  run      = "docker compose version | grep v2" # WARNING OG825: `grep v2`
  validate = "node --version | grep -q \"1.75\"" # WARNING OG825: tools = ["node >= …"] # WARNING OG818: `node`
}

action "home" {
  workdir = "/home/ann/project" # WARNING OG826: workdir of action.home
  run     = "touch x"
}

action "secrets" {
  tools = ["curl", "psql"]
  run   = <<-EOT
    echo "the password is $POSTGRES"
    echo ${secret.password} # WARNING OG824: `echo` prints all or part of $PASSWORD
    curl -fsS -u admin:admin http://127.0.0.1:8080/ # WARNING OG823: `-u admin:admin`
    PGPASSWORD=hunter2 psql -h 127.0.0.1 # WARNING OG823: PGPASSWORD is set
    curl -fsS http://127.0.0.1:8080/d/"<dashboard-uid>" # WARNING OG833: "<dashboard-uid>"
  EOT
}

action "tests" {
  tools    = ["cargo"]
  run      = "cargo test --workspace 2>&1 | tee tests.log" # WARNING OG828: `cargo test`
  validate = "cargo test | grep 'test result: ok'" # WARNING OG828: that of grep
}

action "compares" {
  tools    = ["curl", "jq"]
  run      = "touch x"
  validate = <<-EOT
    one=$(curl -fsS http://127.0.0.1:8080/info | jq -r .version)
    two=$(curl -fsS http://127.0.0.1:8080/info | jq -r .version)
    test "$one" = "$two" # WARNING OG834: both sides
  EOT
}

action "asks" {
  tools    = ["curl"]
  run      = "touch x"
  validate = "curl -s http://127.0.0.1:8080/api/v1/status" # WARNING OG832: whatever status
}

action "inside" {
  run = <<-EOT
    docker exec ${service.web.instances[0].container_name} ping -c 1 db # WARNING OG830: `ping` runs inside service.web
    docker exec ${service.web.instances[0].container_name} sh -c 'cat /etc/hosts; netstat -tln' # WARNING OG830: `netstat`
  EOT
}

action "cleans" {
  tools = ["cargo"]
  run   = "cargo clean" # WARNING OG835: `cargo clean`
}

action "changes_itself" {
  run = "cd /tmp && . ./.env" # WARNING OG838: only affect the script's own shell
}

action "retag" {
  run = <<-EOT
    docker tag ${image.web.tag} localhost:5000/second/web:dev # WARNING OG837: which no image block has
    docker tag ${image.web.tag} registry.example.org/pushed:dev
    docker push --quiet registry.example.org/pushed:dev
  EOT
}

# A block without instances is checked as if it had one.
action "switched_off" {
  for_each = toset([])
  run      = "docker system prune -f" # WARNING OG816: docker system prune
  validate = "# nothing" # ERROR OG810: no command
}
