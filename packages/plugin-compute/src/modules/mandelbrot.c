/* Paints rows lo to hi - 1 of the Mandelbrot set as RGBA, four bytes a pixel, rows one after the other. */
#include <stdint.h>

/* What the job's input holds, little-endian: 40 bytes. */
static struct {
  uint32_t width, height, iterations, unused;
  double x, y; /* the centre */
  double span; /* what the picture's width covers */
} view;

#define PIXEL_BYTES 4
#define TILE_MAX (1 << 20)
static uint8_t tile[TILE_MAX];

__attribute__((export_name("input"))) int32_t input(int32_t length) {
  if (length != sizeof view) __builtin_trap();
  return (int32_t)(uintptr_t)&view;
}

static uint32_t escape(double cx, double cy) {
  double x = 0, y = 0, xx = 0, yy = 0;
  uint32_t n = 0;
  for (; n < view.iterations && xx + yy <= 4; n++) {
    y = 2 * x * y + cy;
    x = xx - yy + cx;
    xx = x * x;
    yy = y * y;
  }
  return n;
}

/* Blue, through green and orange, and back, ever more slowly towards the edge; black inside. Bernstein polynomials. */
static void paint(uint8_t *pixel, uint32_t n) {
  double phase = __builtin_sqrt((double)n) / 12;
  double wave = phase - __builtin_floor(phase);
  double t = n == view.iterations ? 0 : 0.08 + 1.7 * (wave < 0.5 ? wave : 1 - wave), u = 1 - t;
  pixel[0] = (uint8_t)(9 * u * t * t * t * 255);
  pixel[1] = (uint8_t)(15 * u * u * t * t * 255);
  pixel[2] = (uint8_t)(8.5 * u * u * u * t * 255);
  pixel[3] = 255;
}

__attribute__((export_name("run"))) int64_t run(int64_t lo, int64_t hi) {
  if (!view.width || !view.iterations || lo < 0 || hi < lo || hi > view.height) __builtin_trap();
  uint64_t bytes = (uint64_t)(hi - lo) * view.width * PIXEL_BYTES;
  if (bytes > TILE_MAX) __builtin_trap();
  double step = view.span / view.width;
  uint8_t *pixel = tile;
  for (int64_t row = lo; row < hi; row++) {
    double cy = view.y + (row - view.height / 2.0) * step;
    for (uint32_t column = 0; column < view.width; column++, pixel += PIXEL_BYTES)
      paint(pixel, escape(view.x + (column - view.width / 2.0) * step, cy));
  }
  return (int64_t)((uint64_t)(uintptr_t)tile << 32 | bytes);
}
