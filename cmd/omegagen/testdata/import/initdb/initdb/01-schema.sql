DROP TABLE IF EXISTS products;
CREATE EXTENSION IF NOT EXISTS vector;
CREATE TABLE products (id bigint PRIMARY KEY, name text NOT NULL, embedding vector(3));
