const table = new DataTable('#table', {
  serverSide: true,
  ajax: 'rows',
  columns: [
    { data: 'country' },
    { data: 'rank' },
    { data: 'name' },
    { data: 'balance' },
  ],
  columnDefs: [{ targets: '_all', render: DataTable.render.text() }],
  order: [[0, 'asc'], [1, 'asc']],
});
document.querySelector('#first').addEventListener('change', ({ target }) => {
  table.column(1).search(target.value).draw();
});
