#!/bin/sh
# from action.load_image["worker"]
set -e
tar -xf .omegagen/bundle/images.tar -C .omegagen/bundle worker.tar
docker load --input .omegagen/bundle/worker.tar
