# Names, addresses, subcommands and options that are right, or that a reader can't know.
system "s" {}
image "web" { pull = "nginxinc/nginx-unprivileged:1.27.3-alpine" }
network "front" {}
volume "data" {}
variable "n" {
  type    = string
  default = "1"
}
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
      test "$(docker inspect --format '{{.State.Running}}' s-web-1)" = true
      docker inspect --format '{{json .State}}' s-web-1 s-web-2 s_front s_data nginxinc/nginx-unprivileged:1.27.3-alpine > /dev/null
      docker inspect -f '{{range .Mounts}}{{.Destination}} {{end}}{{with .Config}}{{.Imgae}}{{end}}' s-web-1 > mounts.txt
      docker inspect -f '{{index .Config.Labels "org.example.x"}} {{.Sparta}} {{.NetworkSettings.Networks.s_front.IPAddress}}' s-web-1 > labels.txt
      docker inspect --type=volume anything > /dev/null
      docker container inspect s-web-2 > /dev/null
      docker stats --no-stream s-web-2 | grep -q MiB
      docker cp s-web-1:/etc/nginx/nginx.conf - > conf.tar
      docker cp ./a:b s-web-1:/x
      docker pull alpine:3.20
      docker pull nginxinc/nginx-unprivileged:1.27.3-alpine
      docker run --rm -v s_data:/data --network s_front alpine:3.20 sh -c 'docker inspct; curl --max-tme'
      docker network connect s_front s-web-1
      docker compose exec -T web-1 nginx -t
      docker compose exec -it web-2 nginx -T
      docker compose pull web-1
      docker compose -p other logs api
      docker compose -f other.yml up -d api
      docker compose logs -f -n 5 web-1
      docker inspect "$(docker ps -q | head -n 1)" > /dev/null
      docker inspect 0123456789ab > /dev/null
      docker scout cves nginx
      docker buildx build --progress=plain --load -t $${TAG:-x} .
      docker build --secret id=x --ssh default -t $${TAG:-y} .
    EOT
  }
}

criterion "variables" {
  command {
    run = <<-EOT
      for c in s-web-1 s-web-2; do docker logs "$c" > /dev/null; done
      for c in $(docker ps -q); do docker logs "$c" > /dev/null; done
      for c in web $OTHER; do docker logs "$c" > /dev/null; done
      name=web
      name=s-web-1
      docker top $name | grep -q nginx
      for i in 1 2; do
        curl -fsS -o /dev/null "http://127.0.0.1:808$((i - 1))/"
        docker exec "s-web-$i" nginx -t
        docker logs "s-web-$${i:-9}" > /dev/null
      done
      for f in web api; do test -e "$f"; done
      while read -r name; do docker inspect "$name" > /dev/null; done < names.txt
    EOT
    tools = ["curl"]
  }
}

criterion "addresses" {
  command {
    run = <<-EOT
      curl -fsS -o /dev/null 127.0.0.1:8080/
      curl -fsS --unix-socket /run/x.sock -o /dev/null http://localhost:1/
      curl -fsS -o localhost:1 http://localhost:8081
      wget -q -O /dev/null localhost:8081/x?y=1
      nc -z -w 2 localhost 8080
      nc -z db.example.org 5432
      pg_isready -h db.example.org -p 5433
      docker exec s-web-1 wget -q -O /dev/null http://web-2:8080/
      docker exec s-web-1 wget -q -O /dev/null http://web:8080/
      docker exec s-web-1 wget -q -O /dev/null http://localhost:9000/
      docker exec s-web-1 wget -q -O /dev/null http://example.org:9000/
      docker exec s-web-1 sh -c 'nc -z web-2 8080 && echo "http://nowhere:80"'
    EOT
    tools = ["curl", "wget", "nc", "psql", "pg_isready"]
  }
}

criterion "words" {
  command {
    run = <<-EOT
      docker --context default compose --ansi never up --detach --wait --wait-timeout 60
      docker ps --all --quiet --no-trunc --filter "name=x" --format '{{.Names}}\t{{.Status}}' | grep -q s-web
      docker ps --format 'table {{.ID}}\t{{.Label "x"}}' | grep -q s-web
      docker images --format json | grep -q nginx
      docker compose ps --format '{{.Nmae}}' | grep -q s-web
      docker logs --tail=5 --since 1m s-web-1 > /dev/null
      docker exec -itu 0 -e A=b s-web-1 env --dettach
      docker model --dettach
      curl -fsS --max-t 5 --no-buffer -o /dev/null --data-urlencode 'q=--max-tme' -H '--hedaer' http://127.0.0.1:8080/
      curl -sSfLo /dev/null --connect-timeout 5 -w '%%{http_code}' --retry-all-errors http://127.0.0.1:8080/
    EOT
    tools = ["curl"]
  }
}
