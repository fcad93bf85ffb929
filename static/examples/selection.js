const table = new DataTable('#table', {
  serverSide: true,
  ajax: 'rows',
  columns: [
    { data: 'id' },
    { data: 'name' },
    { data: 'email' },
    { data: 'company' },
  ],
  columnDefs: [{ targets: '_all', render: DataTable.render.text() }],
  select: { style: 'multi' },
  stateSave: true,
});
table.on('select deselect draw', () => {
  const { rows } = table.select.cumulative();
  document.querySelector('#selected').textContent = rows.join(', ') || 'nobody';
});
