const table = new DataTable('#table', {
  serverSide: true,
  ajax: 'rows',
  columns: [
    { data: 'country' },
    { data: 'city' },
    { data: 'people' },
    { data: 'balance' },
    { data: 'youngest' },
  ],
  columnDefs: [{ targets: '_all', render: DataTable.render.text() }],
  order: [[2, 'desc']],
});
document.querySelector('#people').addEventListener('input', ({ target }) => {
  table.column(2).search(target.value).draw();
});
