# Names, addresses, subcommands and options in scripts.
system "s" {}
image "web" { pull = "nginxinc/nginx-unprivileged:1.27.3-alpine" }
network "front" {}
volume "data" {}
service "web" {
  image    = image.web
  replicas = 2
  restart  = "unless-stopped"
  networks = [network.front]
  port "http" {
    container = 8080
    host      = 8080 + replica.index
  }
  mount "/data" {
    volume = volume.data
  }
}

criterion "names" {
  command {
    run = <<-EOT
      test "$(docker inspect --format '{{.State.Running}}' web)" = true # WARNING OG814: names neither a container nor an image
      docker container inspect web-1 > /dev/null # WARNING OG814: docker container inspect web-1
      docker stats --no-stream web-2 | grep -q MiB # WARNING OG814: docker stats web-2
      docker cp web-3:/etc/nginx/nginx.conf - > conf.tar # WARNING OG814: docker cp web-3
      docker cp x.html s-web-3:/x.html # WARNING OG814: docker cp s-web-3
      docker inspect --type image nginx:1.27.3 > /dev/null # WARNING OG820: nginx:1.27.3
      docker pull nginxinc/nginx-unprivileged:1.27 # WARNING OG820: another version
      docker run --rm -v s_data:/data nginxinc/nginx-unprivileged:1.27.4-alpine nginx -t # WARNING OG820: another version
      docker network connect s_front web-4 # WARNING OG814: docker network connect web-4
      docker compose pull wbe # WARNING OG814: names a service that is not in the manifest
      docker compose -f ./docker-compose.yml logs -n 5 api # WARNING OG814: names a service that is not in the manifest
    EOT
  }
}

criterion "variables" {
  command {
    run = <<-EOT
      for c in web_1 web_2; do # containers are s-web-1 and s-web-2
        docker logs "$c" > /dev/null # WARNING OG814: docker logs web_1 # WARNING OG814: docker logs web_2
      done
      for c in s-web-1 s-web-9; do
        docker exec "$${c}" nginx -t # WARNING OG814: docker exec s-web-9
      done
      name=s-wbe-1
      docker top $name | grep -q nginx # WARNING OG814: docker top s-wbe-1
      for i in 1 2 3; do
        docker port "s-web-$i" | grep -q 8080 # WARNING OG814: docker port s-web-3
      done
      for port in 8080 8090; do
        curl -fsS -o /dev/null "http://127.0.0.1:$port/" # WARNING OG815: port 8090
      done
      for i in nginxinc/nginx-unprivileged:1.27.3-alpine nginxinc/nginx-unprivileged:1.26; do
        docker image inspect "$i" > /dev/null # WARNING OG820: docker image inspect nginxinc/nginx-unprivileged:1.26
      done
    EOT
    tools = ["curl"]
  }
}

criterion "addresses" {
  command {
    run = <<-EOT
      curl -fsS -o /dev/null 127.0.0.1:8089/ # WARNING OG815: port 8089
      curl -fsS -o /dev/null --retry 3 localhost:8088 # WARNING OG815: port 8088
      wget -q -O /dev/null localhost:8087/x?y=1 # WARNING OG815: port 8087
      nc -z -w 2 localhost 8086 # WARNING OG815: port 8086
      pg_isready -h 127.0.0.1 -p 5433 # WARNING OG815: port 5433
      psql -At "postgresql://app@localhost:5434/app" -c "SELECT 1" | grep -q 1 # WARNING OG815: port 5434
      docker exec ${service.web.instances[0].container_name} wget -q -O /dev/null http://web-2:9090/ # WARNING OG809: listens on 8080
      docker exec ${service.web.instances[0].container_name} sh -c 'nc -z wbe 8080' # WARNING OG809: no service is named "wbe"
      docker exec -i ${service.web.instances[0].container_name} wget -q -O /dev/null http://wbe:8080/ # WARNING OG809: no service is named "wbe"
    EOT
    tools = ["curl", "wget", "nc", "psql", "pg_isready"]
  }
}

criterion "words" {
  command {
    run = <<-EOT
      docker inspct ${service.web.instances[0].container_name} # ERROR OG874: Did you mean "inspect"?
      docker compose up --dettach # ERROR OG874: Did you mean "--detach"?
      docker compose lgos # ERROR OG874: Did you mean "logs"?
      docker image prnue -f # ERROR OG874: Did you mean "prune"?
      docker run --nework s_front --rm ${image.web.tag} nginx -t # ERROR OG874: Did you mean "--network"?
      docker build --progres plain . # ERROR OG874: Did you mean "--progress"?
      docker inspect --format '{{.Sate.Running}}' ${service.web.instances[0].container_name} # ERROR OG875: Did you mean ".State"?
      docker inspect -f '{{.State.Health.Sttus}}' ${service.web.instances[0].container_name} # ERROR OG875: Did you mean ".Status"?
      docker inspect -f '{{.State.Running}' ${service.web.instances[0].container_name} # ERROR OG875: fails
      docker ps --format '{{.Naems}}' | grep -q s-web # ERROR OG875: Did you mean ".Names"?
      docker inspect -f '{{jsno .State}}' ${service.web.instances[0].container_name} # ERROR OG875: function "jsno" not defined
      curl -fsS --max-tme 5 -o /dev/null http://127.0.0.1:8080/ # ERROR OG874: Did you mean "--max-time"?
    EOT
    tools = ["curl"]
  }
}

criterion "shells" {
  command {
    run = <<-EOT
      set -o pipefail # ERROR OG872: set -o pipefail
      x=a; x+=b # ERROR OG872: x+=
      if [ "$x" == ab ]; then exit 1; fi # ERROR OG872: [ ==
      echo -e 'a' | grep -q a # WARNING OG873: echo -e
      test -e "$(< x)" # WARNING OG873: $(< file)
    EOT
  }
}

locals {
  sh    = "docker exec wbe" # WARNING OG814: In local.sh, which `run` of criterion.local_a reads
  asks  = "${local.base}/health"
  base  = "curl -fsS -o /dev/null http://127.0.0.1:8093" # WARNING OG815: port 8093
  other = "s-web-1"
}
criterion "local_a" {
  command {
    run = "${local.sh} true && docker exec ${local.other} true"
  }
}
criterion "local_b" {
  command {
    run    = "${local.sh} false"
    status = 1
  }
}
criterion "local_c" {
  command {
    tools = ["curl"]
    run   = <<-EOT
      ${local.asks}
      docker logs s-wbe-9 > ${local.other}.log # WARNING OG814: In `run` of criterion.local_c: `docker logs s-wbe-9`
    EOT
  }
}
