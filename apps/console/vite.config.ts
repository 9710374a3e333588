import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  build: { outDir: 'dist', target: 'es2023' },
  server: { proxy: { '/api': 'http://127.0.0.1:8080', '/space': 'http://127.0.0.1:8080' } },
});
