new DataTable('#table', {
  serverSide: true,
  ajax: 'rows',
  columns: [{ data: 'id' }, { data: 'name' }, { data: 'email' }, { data: 'city' }],
  scroller: true,
  scrollY: 420,
  initComplete() { // arrow keys scroll
    document.querySelector('.dt-scroll-body').tabIndex = 0;
  },
  columnDefs: [{ targets: '_all', render: DataTable.render.text() }],
});
