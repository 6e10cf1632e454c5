(function () {
  'use strict';
  var root = document.documentElement;
  root.classList.add('scripted');
  var all = function (q, e) { return Array.prototype.slice.call((e || document).querySelectorAll(q)); };

  // One week at a time.
  var sheets = all('.sheet'), links = all('#weeks a'), at = 0;
  function show(i) {
    if (i < 0 || i >= sheets.length) return;
    at = i;
    sheets.forEach(function (s, k) { s.classList.toggle('off', k !== i); });
    links.forEach(function (a, k) { a.classList.toggle('on', k === i); });
    zoom(factor);
  }
  function wanted() {
    for (var i = 0; i < sheets.length; i++) if ('#' + sheets[i].id === location.hash) return i;
    return -1;
  }
  links.forEach(function (a, i) { a.addEventListener('click', function (e) { e.preventDefault(); show(i); }); });
  all('#weeks [data-go]').forEach(function (b) { b.addEventListener('click', function () { show(at + Number(b.dataset.go)); }); });
  window.addEventListener('hashchange', function () { if (wanted() >= 0) show(wanted()); });

  // Zoom stretches time and leaves heights and texts alone.
  var left = 130, width = 1320, factor = 1;
  function zoom(f) {
    factor = f;
    all('#weeks [data-zoom]').forEach(function (b) { b.classList.toggle('on', Number(b.dataset.zoom) === f); });
    var svg = sheets.length && sheets[at].querySelector('svg');
    if (!svg || (svg.zoomed || 1) === f) return;
    svg.zoomed = f;
    var full = left + (width - left) * f, h = svg.viewBox.baseVal.height;
    svg.setAttribute('viewBox', '0 0 ' + full + ' ' + h);
    svg.style.width = f === 1 ? '' : (full / width * 100) + '%';
    all('rect,text,path', svg).forEach(function (e) {
      if (e.closest('.labels') || e.closest('title')) return;
      if (e.was === undefined) e.was = e.tagName === 'path' ? e.getAttribute('d') : [e.getAttribute('x'), e.getAttribute('width')];
      if (e.tagName === 'path') {
        if (e.classList.contains('p')) e.setAttribute('d', e.was.replace(/^M([\d.]+)/, function (m, x) { return 'M' + place(x); }));
        else e.setAttribute('d', e.was.replace(/([MH])([\d.]+)/g, function (m, c, x) { return c + place(x); }).replace(/h([\d.]+)/g, function (m, x) { return 'h' + x * f; }));
        return;
      }
      if (e.classList.contains('alt')) { e.setAttribute('width', full); return; }
      var shift = e.tagName === 'text' ? 3 : 0;
      e.setAttribute('x', place(e.was[0] - shift) + shift);
      if (e.was[1]) e.setAttribute('width', e.was[1] * f);
    });
    function place(x) { return left + (x - left) * f; }
    follow(svg);
  }
  all('#weeks [data-zoom]').forEach(function (b) { b.addEventListener('click', function () { zoom(Number(b.dataset.zoom)); }); });

  // The names of the machines stay in sight.
  function follow(svg) {
    var box = svg.parentNode, labels = svg.querySelector('.labels');
    labels.setAttribute('transform', 'translate(' + box.scrollLeft * svg.viewBox.baseVal.width / svg.clientWidth + ')');
    labels.classList.toggle('over-bars', box.scrollLeft > 0);
  }
  sheets.forEach(function (s) {
    var box = s.querySelector('.scroll');
    box.addEventListener('scroll', function () { follow(box.querySelector('svg')); });
  });
  show(Math.max(0, wanted()));

  // Tooltips at once, in place of the slow ones.
  var tip = document.createElement('div');
  tip.id = 'tip'; tip.hidden = true;
  document.body.appendChild(tip);
  function textOf(g) {
    if (g.tip === undefined) {
      var t = g.querySelector('title');
      g.tip = t ? t.textContent : '';
      if (t) t.remove();
    }
    return g.tip;
  }
  document.addEventListener('pointermove', function (e) {
    var g = e.target.closest ? e.target.closest('.b') : null;
    if (!g) { tip.hidden = true; return; }
    tip.textContent = textOf(g);
    tip.hidden = false;
    var x = e.clientX + 14, y = e.clientY + 16;
    if (x + tip.offsetWidth > innerWidth - 8) x = e.clientX - tip.offsetWidth - 10;
    if (y + tip.offsetHeight > innerHeight - 8) y = e.clientY - tip.offsetHeight - 10;
    tip.style.left = Math.max(4, x) + 'px'; tip.style.top = Math.max(4, y) + 'px';
  });

  // Find fades what does not match; a click on a bar finds its order.
  var find = document.getElementById('find'), found = document.getElementById('found'), timer;
  function search() {
    var q = find.value.trim().toLowerCase(), n = 0;
    all('.gantt .b, .demand .b').forEach(function (g) {
      var hit = !q || textOf(g).toLowerCase().indexOf(q) >= 0;
      g.classList.toggle('dim', !hit);
      if (q && hit) n++;
    });
    ['.lates details:not(.more), .lates .plain', '.queues details'].forEach(function (list) {
      var rows = all(list), hits = rows.filter(function (d) { return d.textContent.toLowerCase().indexOf(q) >= 0; });
      rows.forEach(function (d) { d.style.display = !hits.length || hits.indexOf(d) >= 0 ? '' : 'none'; });
    });
    found.textContent = q ? n + (n === 1 ? ' bar' : ' bars') : '';
  }
  find.addEventListener('input', function () { clearTimeout(timer); timer = setTimeout(search, 120); });
  document.addEventListener('click', function (e) {
    var g = e.target.closest ? e.target.closest('.gantt .b, .demand .b') : null;
    if (!g) return;
    var order = textOf(g).split('\n')[0].replace(/ op \d+$/, '');
    find.value = find.value === order || /^\d+ operations/.test(order) ? '' : order;
    search();
  });
  document.addEventListener('keydown', function (e) {
    if (e.key === 'Escape' && find.value) { find.value = ''; search(); }
  });

  // On paper the worst demands show their chains, and charts their week as a whole.
  var opened = [];
  window.addEventListener('beforeprint', function () {
    opened = all('.lates details').slice(0, 10).filter(function (d) { return !d.open; });
    opened.forEach(function (d) { d.open = true; });
    zoom(1);
  });
  window.addEventListener('afterprint', function () { opened.forEach(function (d) { d.open = false; }); });
})();
