INSERT INTO products (id, name) VALUES (1, 'tea'), (2, 'coffee');
