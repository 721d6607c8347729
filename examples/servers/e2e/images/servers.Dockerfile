# Stand-ins for official images, of Debian's packages: each starts as the user
# that the official one starts as, becomes the one that it becomes, in the same
# way, has its data, sockets and configuration where that has them, and stops by
# the same signal. What their entrypoints do is what matters here; the versions are
# Debian's.

# The package lists, read once for all the images.
FROM debian:13.1-slim AS lists
RUN apt-get update

FROM debian:13.1-slim AS mariadb
RUN groupadd --system --gid 999 mysql \
    && useradd --system --uid 999 --gid 999 --home-dir /home/mysql --no-create-home mysql
RUN --mount=type=bind,from=lists,source=/var/lib/apt/lists,target=/var/lib/apt/lists,rw \
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends gosu mariadb-server \
    && rm -rf /var/cache/apt/*.bin /var/lib/mysql \
    && install -d -o mysql -g mysql /var/lib/mysql \
    && install -d -o mysql -g mysql -m 1777 /run/mysqld \
    && install -d /docker-entrypoint-initdb.d \
    && printf '[mariadbd]\nskip-name-resolve\nbind-address = *\nskip-log-error\nuser = mysql\n' >/etc/mysql/mariadb.conf.d/99-docker.cnf
COPY --chmod=0755 servers-mariadb.sh /usr/local/bin/docker-entrypoint.sh
COPY --chmod=0755 servers-mariadb-health.sh /usr/local/bin/healthcheck.sh
VOLUME /var/lib/mysql
EXPOSE 3306
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["mariadbd"]

FROM debian:13.1-slim AS redis
RUN groupadd --system --gid 999 redis \
    && useradd --system --uid 999 --gid 999 --home-dir /home/redis --no-create-home redis
RUN --mount=type=bind,from=lists,source=/var/lib/apt/lists,target=/var/lib/apt/lists,rw \
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends gosu redis-server \
    && rm -rf /var/cache/apt/*.bin \
    && install -d -o redis -g redis /data
COPY --chmod=0755 servers-redis.sh /usr/local/bin/docker-entrypoint.sh
VOLUME /data
WORKDIR /data
EXPOSE 6379
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["redis-server"]

FROM debian:13.1-slim AS rabbitmq
RUN groupadd --system --gid 999 rabbitmq \
    && useradd --system --uid 999 --gid 999 --home-dir /var/lib/rabbitmq --shell /bin/bash rabbitmq
RUN --mount=type=bind,from=lists,source=/var/lib/apt/lists,target=/var/lib/apt/lists,rw \
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends gosu rabbitmq-server \
    && rm -rf /var/cache/apt/*.bin /var/lib/rabbitmq /var/log/rabbitmq \
    && install -d -o rabbitmq -g rabbitmq -m 1777 /etc/rabbitmq /etc/rabbitmq/conf.d /var/lib/rabbitmq /var/log/rabbitmq \
    && ln -sf /var/lib/rabbitmq/.erlang.cookie /root/ \
    && printf 'loopback_users.guest = false\nlog.console = true\n' >/etc/rabbitmq/conf.d/10-defaults.conf \
    && chown rabbitmq:rabbitmq /etc/rabbitmq/conf.d/10-defaults.conf
ENV PATH=/usr/lib/rabbitmq/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    HOME=/var/lib/rabbitmq \
    RABBITMQ_DATA_DIR=/var/lib/rabbitmq \
    LANG=C.UTF-8
COPY --chmod=0755 servers-rabbitmq.sh /usr/local/bin/docker-entrypoint.sh
VOLUME /var/lib/rabbitmq
EXPOSE 4369 5671 5672 15691 15692 25672
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["rabbitmq-server"]

FROM debian:13.1-slim AS memcached
RUN --mount=type=bind,from=lists,source=/var/lib/apt/lists,target=/var/lib/apt/lists,rw \
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends memcached \
    && rm -rf /var/cache/apt/*.bin \
    && groupmod --gid 11211 memcache \
    && usermod --uid 11211 --gid 11211 memcache
COPY --chmod=0755 servers-memcached.sh /usr/local/bin/docker-entrypoint.sh
USER memcache
EXPOSE 11211
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["memcached"]

FROM debian:13.1-slim AS nginx
RUN groupadd --system --gid 101 nginx \
    && useradd --system --uid 101 --gid 101 --home-dir /nonexistent --no-create-home nginx
RUN --mount=type=bind,from=lists,source=/var/lib/apt/lists,target=/var/lib/apt/lists,rw \
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ca-certificates curl gettext-base nginx \
    && rm -rf /var/cache/apt/*.bin /etc/nginx/sites-* \
    && install -d /docker-entrypoint.d /var/cache/nginx /etc/nginx/conf.d /etc/nginx/templates \
    && ln -sf /dev/stdout /var/log/nginx/access.log \
    && ln -sf /dev/stderr /var/log/nginx/error.log
COPY servers-nginx.conf /etc/nginx/nginx.conf
COPY servers-nginx-default.conf /etc/nginx/conf.d/default.conf
COPY --chmod=0755 servers-nginx.sh /docker-entrypoint.sh
COPY --chmod=0755 servers-nginx-envsubst.sh /docker-entrypoint.d/20-envsubst-on-templates.sh
EXPOSE 80
STOPSIGNAL SIGQUIT
ENTRYPOINT ["/docker-entrypoint.sh"]
CMD ["nginx", "-g", "daemon off;"]

FROM debian:13.1-slim AS haproxy
RUN --mount=type=bind,from=lists,source=/var/lib/apt/lists,target=/var/lib/apt/lists,rw \
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends haproxy \
    && rm -rf /var/cache/apt/*.bin \
    && groupmod --gid 99 haproxy \
    && usermod --uid 99 --gid 99 haproxy \
    && chown haproxy:haproxy /var/lib/haproxy \
    && install -d /usr/local/etc/haproxy
COPY --chmod=0755 servers-haproxy.sh /usr/local/bin/docker-entrypoint.sh
USER haproxy
WORKDIR /var/lib/haproxy
STOPSIGNAL SIGUSR1
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["haproxy", "-f", "/usr/local/etc/haproxy/haproxy.cfg"]

FROM debian:13.1-slim AS php
RUN --mount=type=bind,from=lists,source=/var/lib/apt/lists,target=/var/lib/apt/lists,rw \
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends php8.4-fpm \
    && rm -rf /var/cache/apt/*.bin \
    && ln -s /usr/sbin/php-fpm8.4 /usr/local/sbin/php-fpm \
    && install -d -o www-data -g www-data -m 1777 /var/www/html \
    && install -d /usr/local/etc/php-fpm.d \
    && printf 'include=/usr/local/etc/php-fpm.d/*.conf\n' >/etc/php/8.4/fpm/php-fpm.conf
COPY servers-php.conf /usr/local/etc/php-fpm.d/docker.conf
COPY --chmod=0755 servers-php.sh /usr/local/bin/docker-php-entrypoint
WORKDIR /var/www/html
EXPOSE 9000
STOPSIGNAL SIGQUIT
ENTRYPOINT ["docker-php-entrypoint"]
CMD ["php-fpm"]

# Home Assistant's image has s6-overlay: an init of its own that must be process 1.
FROM debian:13.1-slim AS home-assistant
RUN --mount=type=bind,from=lists,source=/var/lib/apt/lists,target=/var/lib/apt/lists,rw \
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends busybox \
    && rm -rf /var/cache/apt/*.bin
COPY --chmod=0755 servers-home-assistant.sh /init
WORKDIR /config
ENTRYPOINT ["/init"]

# An image that nobody knows: root gives /data to a user of its own, and stays as
# the parent of that user's server.
FROM debian:13.1-slim AS unknown
RUN groupadd --system --gid 1234 app \
    && useradd --system --uid 1234 --gid 1234 --home-dir /data --no-create-home app
RUN --mount=type=bind,from=lists,source=/var/lib/apt/lists,target=/var/lib/apt/lists,rw \
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends busybox \
    && rm -rf /var/cache/apt/*.bin
COPY --chmod=0755 servers-unknown.sh /usr/local/bin/start
VOLUME /data
EXPOSE 8000
ENTRYPOINT ["start"]
