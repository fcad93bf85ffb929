const table = new DataTable('#table', {
  serverSide: true,
  ajax: 'rows',
  columns: [
    { data: 'name' },
    { data: 'email' },
    { data: 'balance' },
    { data: 'country' },
  ],
  columnDefs: [{ targets: '_all', render: DataTable.render.text() }],
});

table.on('draw', () => {
  const asked = encodeURIComponent(JSON.stringify(table.ajax.params()));
  const links = document.querySelectorAll('.export');
  links.forEach(link => { link.search = asked; });
});
