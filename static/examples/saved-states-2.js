const config = { ajax: '../../api/states' };
new DataTable('#table', {
  serverSide: true,
  ajax: 'rows',
  columns: [
    { data: 'id' },
    { data: 'name' },
    { data: 'email' },
    { data: 'company' },
  ],
  columnDefs: [{ targets: '_all', render: DataTable.render.text() }],
  layout: {
    top2: {
      buttons: [
        { extend: 'createState', config },
        { extend: 'savedStates', config },
      ],
    },
  },
});
