system "_" {}
