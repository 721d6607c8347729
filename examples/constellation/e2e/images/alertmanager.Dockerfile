# Alertmanager, as prom/alertmanager has it: user nobody, the programs in /bin, the
# data in /alertmanager, and wget.
FROM debian:13.1-slim
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends prometheus-alertmanager wget \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin \
    && ln -s /usr/bin/prometheus-alertmanager /bin/alertmanager \
    && install -d -o nobody -g nogroup /alertmanager
WORKDIR /alertmanager
USER nobody
VOLUME /alertmanager
EXPOSE 9093
ENTRYPOINT ["/bin/alertmanager"]
CMD ["--config.file=/etc/alertmanager/alertmanager.yml", "--storage.path=/alertmanager"]
